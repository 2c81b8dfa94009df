"""The extension in real kernels, without a browser."""
