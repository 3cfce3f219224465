"""Golden numbers of distances between sets of features: torchmetrics' FID and KID of the same features, and precision and recall by scipy's distances.

    python make_distributions.py > distributions.json

Peers: torchmetrics 1.9.0 (FrechetInceptionDistance and KernelInceptionDistance with a network that returns its input), torch 2.13.0 (CPU, autograd in float64), scipy 1.17.1. The features are made by
formula, here and in the test, so that no large file is needed: mulberry32's numbers, shaped like activations. torch.randperm is replaced by the shuffle of src/distributions/kernelDistance.ts, and features
are in the order of their names' hashes, so that the subsets are the same.
"""
import hashlib, json
import numpy as np, torch
from scipy.spatial.distance import cdist
from torchmetrics.image.fid import FrechetInceptionDistance
from torchmetrics.image.kid import KernelInceptionDistance

U32 = 0xFFFFFFFF


def mulberry(seed):
    state = seed & U32
    while True:
        state = (state + 0x6D2B79F5) & U32
        t = ((state ^ (state >> 15)) * (state | 1)) & U32
        t ^= (t + ((t ^ (t >> 7)) * (t | 61))) & U32
        t &= U32
        yield ((t ^ (t >> 14)) & U32) / 2 ** 32


def features(seed, count, dimension, shift):
    """Activations that are correlated through three factors and cut off at 0, in float32."""
    random = mulberry(seed)
    rows = np.zeros((count, dimension), np.float32)
    for i in range(count):
        factors = [next(random) for _ in range(3)]
        for j in range(dimension):
            value = factors[j % 3] * 2 - 0.5 + next(random) * (1 + j % 5) / 5 + shift * (j % 2)
            rows[i, j] = max(0.0, value)
    return rows


def by_hash(rows, prefix):
    keys = [hashlib.sha256(f'{prefix}{i}'.encode()).hexdigest()[:16] for i in range(len(rows))]
    return rows[np.argsort(keys, kind='stable')]


class Itself(torch.nn.Module):
    num_features = 0

    def forward(self, x):
        return x


def fid(a, b):
    net = Itself(); net.num_features = a.shape[1]
    metric = FrechetInceptionDistance(feature=net, input_img_size=(a.shape[1],)).set_dtype(torch.float64)
    metric.update(torch.tensor(a), real=True)
    metric.update(torch.tensor(b), real=False)
    return float(metric.compute())


def exact(a, b):
    """The distance by singular values of the centred features: torchmetrics takes roots of eigenvalues, of which as many as the dimensions exceed the pictures are rounding."""
    a, b = a.astype(np.float64), b.astype(np.float64)
    y, z = [(x - x.mean(0)) / np.sqrt(len(x) - 1) for x in (a, b)]
    return float(((a.mean(0) - b.mean(0)) ** 2).sum() + (y ** 2).sum() + (z ** 2).sum() - 2 * np.linalg.svd(y @ z.T, compute_uv=False).sum())


def kid(a, b, subsets, size, seed):
    random = mulberry(seed)

    def shuffle(n):
        order = list(range(n))
        for i in range(size):
            j = i + int(next(random) * (n - i))
            order[i], order[j] = order[j], order[i]
        return torch.tensor(order)

    torch.randperm = shuffle
    net = Itself(); net.num_features = a.shape[1]
    metric = KernelInceptionDistance(feature=net, subsets=subsets, subset_size=size)
    metric.update(torch.tensor(a).double(), real=True)
    metric.update(torch.tensor(b).double(), real=False)
    mean, std = metric.compute()
    return {'mean': float(mean), 'deviation': float(std), 'subsets': subsets, 'subsetSize': size, 'seed': seed}


def precision_recall(real, generated, k):
    def radii(x):
        return np.sort(cdist(x, x), axis=1)[:, k]
    between = cdist(real, generated)
    return {'precision': float((between <= radii(real)[:, None]).any(0).mean()), 'recall': float((between <= radii(generated)[None, :]).any(1).mean()), 'neighbours': k}


def covariance(x):
    centred = x - x.mean(0)
    return centred.T @ centred / (len(x) - 1)


def root(s):
    values, vectors = torch.linalg.eigh(s)
    return vectors @ torch.diag(values.clamp(min=0).sqrt()) @ vectors.T


def gradient(reference, batch):
    """The distance in float64 by autograd, and its gradient in the batch."""
    r, x = torch.tensor(reference).double(), torch.tensor(batch).double().requires_grad_()
    half = root(covariance(r))
    cross = torch.linalg.eigvalsh(half @ covariance(x) @ half)
    value = ((r.mean(0) - x.mean(0)) ** 2).sum() + torch.trace(covariance(r)) + torch.trace(covariance(x)) - 2 * cross.clamp(min=0).sqrt().sum()
    value.backward()
    return {'value': float(value), 'gradient': x.grad.flatten().tolist()}


CASES = {
    'small': dict(real=[1, 60, 7, 0], generated=[2, 50, 7, 0.1], size=40),
    'full rank': dict(real=[3, 400, 64, 0], generated=[4, 300, 64, 0.2], size=100),
    'fewer pictures than dimensions': dict(real=[5, 40, 128, 0], generated=[6, 30, 128, 0.05], size=20),
    'as wide as InceptionV3': dict(real=[7, 60, 2048, 0], generated=[8, 50, 2048, 0.3], size=30),
    'the same set': dict(real=[9, 80, 16, 0], generated=[9, 80, 16, 0], size=50),
}
out = {}
for name, case in CASES.items():
    a, b = features(*case['real']), features(*case['generated'])
    hashed = by_hash(a, 'real'), by_hash(b, 'generated')
    out[name] = {**case, 'fid': fid(a, b), 'exact': exact(a, b), 'kid': kid(*hashed, 10, case['size'], 5), 'pr': precision_recall(a.astype(np.float64), b.astype(np.float64), 3)}
reference, batch = features(10, 100, 6, 0), features(11, 12, 6, 0.4)
out['gradient'] = {'real': [10, 100, 6, 0], 'batch': [11, 12, 6, 0.4], **gradient(reference, batch)}
print(json.dumps(out))
