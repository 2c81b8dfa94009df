"""Tables on screen: Markdown in a notebook, aligned text in a terminal."""

from __future__ import annotations

from reapi_nb.notebook import tables

HEADINGS = ("model", "requests")


def test_names_stand_left_and_figures_right():
    """In both, so that credits can be compared at a glance."""
    rows = [("mj-v7", "12"), ("wan2.7-image", "1,024")]

    assert "| --- | ---: |" == tables.markdown(HEADINGS, rows).splitlines()[1]
    assert [
        "model         requests",
        "mj-v7               12",
        "wan2.7-image     1,024",
    ] == tables.aligned([HEADINGS, *rows]).splitlines()


def test_what_comes_from_outside_stays_one_cell_of_text():
    """A notebook's name makes no column, no line and no markup."""
    name = "a|b\n<img src=x> [c](d) `e`\x1b[31m"

    table = tables.markdown(HEADINGS, [(name, "1")])

    assert 3 == len(table.splitlines())
    assert r"| a\|b \<img src=x\> \[c\]\(d\) \`e\` \[31m | 1 |" == table.splitlines()[2]
    assert "a|b <img src=x> [c](d) `e` [31m  1" == tables.aligned([(name, "1")])


def test_a_table_without_rows_is_its_headings():
    """Nothing to tell is no trouble."""
    assert "| model | requests |\n| --- | --- |" == tables.markdown(HEADINGS, [])
