"""SSIM and MS-SSIM by tf.image itself, which computes in single precision.

    python make_tf_structure.py IMAGES OUT.json

TensorFlow 2.21.0 (CPU). MS-SSIM of pictures with both sides above 160; chelsea's are 193 x 257, so odd sides are halved on the way.
"""
import glob, json, os, sys
import numpy as np, tensorflow as tf
from PIL import Image

images, out = sys.argv[1:]
read = lambda name: tf.constant(np.asarray(Image.open(os.path.join(images, name)).convert('RGB')).astype('f4')[None] / 255)

rows = []
for ref in ('astronaut', 'chelsea', 'coffee'):
    for name in [ref + '.png'] + sorted(os.path.basename(p) for p in glob.glob(f'{images}/{ref}_*.png')):
        a, b = read(ref + '.png'), read(name)
        values = {'tf.image.ssim': float(tf.image.ssim(b, a, 1.)[0])}
        if min(a.shape[1:3]) > 160:
            values['tf.image.ssim_multiscale'] = float(tf.image.ssim_multiscale(b, a, 1.)[0])
        rows.append({'a': ref + '.png', 'b': name, 'values': values})
json.dump(rows, open(out, 'w'), indent=1)
