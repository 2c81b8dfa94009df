// What of a board is hard to read: texts with too little contrast, and parts that stick out of it.
// Text on pictures is not measured, nor that of buttons that cannot be pressed.
(board) => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const paint = (colour) => {
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (element) => {
    const layers = [];
    for (let one = element; one; one = one.parentElement) layers.unshift(one);
    let behind = paint("#fff");
    for (const layer of layers) behind = paint(getComputedStyle(layer).backgroundColor);
    const front = paint(getComputedStyle(element).color);
    return (Math.max(front, behind) + 0.05) / (Math.min(front, behind) + 0.05);
  };
  const speaks = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim();
  const edge = board.getBoundingClientRect();
  const found = [];
  for (const element of board.querySelectorAll("*")) {
    if (!element.checkVisibility() || element.closest("dialog, .rb-unseen")) continue;
    const box = element.getBoundingClientRect();
    if (box.left < edge.left - 1 || box.right > edge.right + 1) found.push(`outside: ${element.className}`);
    if (![...element.childNodes].some(speaks) || element.closest('[aria-disabled="true"], .rb-frame')) continue;
    if (contrast(element) < 4.5) found.push(`${contrast(element).toFixed(1)}: ${element.textContent}`);
  }
  return found;
}
