"""What JPEG, PNG, WebP and TIFF files hold beside pixels: one file for each."""
