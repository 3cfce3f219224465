"""The peers' side of the line protocol (bench/worker.ts), and the weights of the package for them."""

import json
import os
import re
import resource
import struct
import sys
import time

import numpy as np

BLOCKS = (2, 2, 3, 3, 3)
LAYERS = [name for i, count in enumerate(BLOCKS) for name in [*(f"block{i + 1}_conv{j + 1}" for j in range(count)), "pool"]]
MEAN = np.array([0.485, 0.456, 0.406], np.float32)
DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)


def read_weights(path):
    """Reads a safetensors file: names to float32 arrays."""
    with open(path, "rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(size))
        body = file.read()
    dtypes = {"F32": np.float32, "F16": np.float16}
    arrays = {}
    for name, entry in header.items():
        if name != "__metadata__":
            start, end = entry["data_offsets"]
            arrays[name] = np.frombuffer(body[start:end], dtypes[entry["dtype"]]).astype(np.float32).reshape(entry["shape"])
    return arrays


def upto(layer):
    """The layers up to and with this one."""
    return LAYERS[: LAYERS.index(layer) + 1]


def read_picture(path, batch, side):
    """[batch, side, side, 3], as the harness wrote it."""
    return np.fromfile(path, np.float32).reshape(batch, side, side, 3)


def forget_peak():
    """Forgets the most resident bytes so far, where the system lets it (Linux)."""
    try:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
    except OSError:
        pass


def peak_resident():
    """The most resident bytes since `forget_peak`."""
    try:
        with open("/proc/self/status") as file:
            return 1024 * int(re.search(r"VmHWM:\s+(\d+)", file.read()).group(1))
    except OSError:
        return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


WARM_STEPS = 3
ROUND_MILLISECONDS = 150

# Seconds of the clock, or with BENCH_CLOCK=processor those that the process computed, on all its threads (as rounds.ts).
seconds = time.process_time if os.environ.get("BENCH_CLOCK") == "processor" else time.perf_counter


def median_milliseconds(step):
    """The median of as many steps as begin within a round's time; one at least."""
    times = []
    while sum(times) < ROUND_MILLISECONDS:
        begin = seconds()
        step()
        times.append(1e3 * (seconds() - begin))
    return float(np.median(times))


def serve(start, setup):
    """Answers until stdin ends. `setup` gives a step: a function to (value, gradient or None) as numpy arrays, the gradient [batch, side, side, 3]."""
    steps = {}
    for line in sys.stdin:
        ask = json.loads(line)
        try:
            if ask["kind"] == "start":
                answer = {"version": start(ask["weights"], ask["threads"])}
            elif ask["kind"] == "setup":
                target, prediction = (read_picture(ask[name], ask["batch"], ask["side"]) for name in ("target", "prediction"))
                step = steps[ask["key"]] = setup(ask["loss"], ask["work"], target, prediction)
                for _ in range(WARM_STEPS):
                    step()
                value, gradient = step()
                norm = 0 if gradient is None else float(np.linalg.norm(gradient.astype(np.float64)))
                along = 0 if gradient is None else float(np.sum(gradient.astype(np.float64) * target))
                answer = {"value": float(value), "norm": norm, "along": along}
            elif ask["kind"] == "step":
                answer = {"milliseconds": median_milliseconds(steps[ask["key"]])}
            elif ask["kind"] == "end":
                steps.clear()
                answer = {}
            else:
                forget_peak()
                steps[ask["key"]]()
                answer = {"residentBytes": peak_resident()}
        except Exception as error:  # The harness words it.
            answer = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps({"answer": answer}, separators=(",", ":")) + "\n")
        sys.stdout.flush()
