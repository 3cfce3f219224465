"""SSIM and MS-SSIM by the peers' own code, in double precision.

    python make_structure.py IMAGES OUT.json

Peers: piq 0.8.0 and pytorch-msssim 1.0.0 on torch 2.13.0 (CPU). In float32 a window whose numbers sum to 1 + 3e-8 moves their values by up to 5e-5 (piq and
pytorch-msssim differ from one another by 8.5e-5 on coffee_flat), so 1e-5 can be asked for in double precision only; pytorch-msssim is given its window in it.
`enlarged`: pictures with every pixel repeated, which piq averages in blocks first. `reflect`: torchmetrics 1.9.0. `luma`: of 0.299 R + 0.587 G + 0.114 B.
"""
import glob, json, os, sys
import numpy as np, torch, piq, pytorch_msssim
from PIL import Image
from torchmetrics.functional.image import structural_similarity_index_measure as torchmetrics_ssim

images, out = sys.argv[1:]
torch.set_default_dtype(torch.float64)
at = torch.arange(11.) - 5
window = torch.exp(-at ** 2 / (2 * 1.5 ** 2))
window = (window / window.sum()).repeat(3, 1, 1, 1)
read = lambda name: torch.from_numpy(np.asarray(Image.open(os.path.join(images, name)).convert('RGB')).astype('f8') / 255).permute(2, 0, 1)[None]
luma = lambda x: (x * torch.tensor([.299, .587, .114]).view(1, 3, 1, 1)).sum(1, keepdim=True)
rounded = lambda x: torch.round(luma(x) * 255) / 255
larger = lambda x, n: x.repeat_interleave(n, 2).repeat_interleave(n, 3)


def norm_of_gradient(f, a, b):
    b = b.clone().requires_grad_(True)
    g, = torch.autograd.grad(f(b, a), b)
    return float(g.norm())


rows = []
for ref in ('astronaut', 'chelsea', 'coffee'):
    for name in [ref + '.png'] + sorted(os.path.basename(p) for p in glob.glob(f'{images}/{ref}_*.png')):
        a, b = read(ref + '.png'), read(name)
        values = {'piq.ssim': piq.ssim(b, a), 'pytorch_msssim.ssim': pytorch_msssim.ssim(b, a, data_range=1., win=window),
                  'torchmetrics.ssim (reflect)': torchmetrics_ssim(b, a, data_range=1.),
                  'piq.ssim of luma': piq.ssim(luma(b), luma(a)), 'piq.ssim of rounded luma': piq.ssim(rounded(b), rounded(a))}
        if min(a.shape[2:]) > 160:
            values['piq.multi_scale_ssim'] = piq.multi_scale_ssim(b, a)
            values['pytorch_msssim.ms_ssim'] = pytorch_msssim.ms_ssim(b, a, data_range=1., win=window)
        rows.append({'a': ref + '.png', 'b': name, 'values': {k: float(v) for k, v in values.items()}})
enlarged = []
for name in ('coffee_blur.png', 'coffee_noise.png', 'coffee_jpeg.png'):
    for n in (4, 6, 10):
        a, b = larger(read('coffee.png'), n), larger(read(name), n)
        enlarged.append({'a': 'coffee.png', 'b': name, 'times': n, 'value': float(piq.ssim(b, a)), 'norm': norm_of_gradient(piq.ssim, a, b)})
json.dump({'pairs': rows, 'enlarged': enlarged}, open(out, 'w'), indent=1)
