#!/usr/bin/env python3
"""Writes PillowFormats.json: one small file of every kind that Pillow writes, and the pixels of its convert("RGB"). Made with Pillow 9.4."""
import base64, io, json, os, struct, zlib

import numpy as np
from PIL import Image, ImageCms

W, H = 20, 14
y, x = np.mgrid[0:H, 0:W]
RGB = np.stack([x * 12, y * 17, 255 - x * 6 - y * 4], -1).astype(np.uint8)
GREY = (x * 7 + y * 8).astype(np.uint8)
ALPHA = ((x * 12) % 256).astype(np.uint8)
rgb, grey, alpha = Image.fromarray(RGB), Image.fromarray(GREY), Image.fromarray(ALPHA)
rgba, palette = Image.merge("RGBA", [*rgb.split(), alpha]), rgb.quantize(40)
turned = Image.Exif()
turned[0x112] = 6
srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
second = Image.fromarray(255 - RGB)
files = {}


def put(name, image, **options):
    buffer = io.BytesIO()
    image.save(buffer, {"jpg": "JPEG"}.get(name[-3:], name.rsplit(".", 1)[1].upper()), **options)
    put_bytes(name, buffer.getvalue())


def put_bytes(name, data):
    image = Image.open(io.BytesIO(data))
    mode = image.mode
    files[name] = {"mode": mode, "width": image.width, "height": image.height, "file": base64.b64encode(data).decode(),
                   "rgb": base64.b64encode(image.convert("RGB").tobytes()).decode()}


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png16(name, colour, values):
    rows = b"".join(b"\0" + row.tobytes() for row in values.astype(">u2"))
    put_bytes(name, b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", W, H, 16, colour, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


for name, subsampling in (("444", 0), ("422", 1), ("420", 2)):
    put(f"{name}.jpg", rgb, quality=92, subsampling=subsampling)
    put(f"progressive-{name}.jpg", rgb, quality=92, subsampling=subsampling, progressive=True)
put("grey.jpg", grey, quality=92)
put("cmyk.jpg", rgb.convert("CMYK"), quality=92)
put("exif-rotated.jpg", rgb, quality=92, exif=turned.tobytes())
put("icc-profile.jpg", rgb, quality=92, icc_profile=srgb)
put("rgb.png", rgb)
put("rgba.png", rgba)
put("grey.png", grey)
put("grey-alpha.png", Image.merge("LA", [grey, alpha]))
put("palette.png", palette)
put("palette-4-bit.png", rgb.quantize(9), bits=4)
put("palette-transparent.png", palette, transparency=3)
put("grey-transparent.png", grey, transparency=7)
put("rgb-transparent.png", rgb, transparency=(0, 0, 255))
put("black-white.png", grey.convert("1"))
put("animated.png", rgb, save_all=True, append_images=[second], duration=50)
values = np.stack([x * 3000 + y * 90, y * 4000 + x * 31, 65535 - x * 1500 - y * 770, x * 3111], -1)
png16("rgb-16-bit.png", 2, values[..., :3])
png16("rgba-16-bit.png", 6, values)
png16("grey-16-bit.png", 0, values[..., 0])
put("animated.gif", palette, save_all=True, append_images=[second.quantize(40)], duration=50)
put("grey.gif", grey)
put("transparent.gif", palette, transparency=3)
put("rgb.bmp", rgb)
put("palette.bmp", palette)
put("grey.bmp", grey)
put("black-white.bmp", grey.convert("1"))
put("lossless.webp", rgb, lossless=True)
put("lossless-alpha.webp", rgba, lossless=True, exact=True)
put("lossy.webp", rgb, quality=90)
put("animated.webp", rgb, save_all=True, append_images=[second], duration=50, lossless=True)

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "PillowFormats.json"), "w") as out:
    out.write("{\n" + ",\n".join(f'  "{name}": {json.dumps(fields)}' for name, fields in files.items()) + "\n}\n")
