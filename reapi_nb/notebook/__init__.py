"""The notebook's front end: magics, the board, and what IPython needs for them."""
