"""Starts DeepSpeed-FastGen through mii.serve, and stays as long as it runs.

deepspeedometer starts this for `--api fastgen`. The deployment ends by the call Terminate of its gRPC service, or by a
signal to the session; this script follows it. All that it starts stays in its session.

    python3 fastgen.py --model facebook/opt-125m --port 26500 max_length=4096
"""

import argparse
import importlib.util
import json
import os
import sys


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True)
    parser.add_argument("--deployment-name")
    parser.add_argument("--tp-size", type=int, default=1)
    parser.add_argument("--num-replicas", type=int, default=1)
    parser.add_argument("--max-ragged-batch-size", type=int, default=768)
    parser.add_argument("--quantization-mode")
    parser.add_argument("--port", type=int, default=50050, help="of the load balancer; replicas take those after it")
    parser.add_argument("--look", action="store_true", help="start nothing, only look whether there is an MII")
    parser.add_argument("more", nargs="*", metavar="NAME=JSON", help="further keyword arguments of mii.serve")
    return parser.parse_intermixed_args()


def further_arguments(pairs):
    """NAME=VALUE; what is no JSON is a text."""
    arguments = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise ValueError(f"expected NAME=VALUE of mii.serve, got {pair!r}")
        try:
            arguments[name] = json.loads(value)
        except json.JSONDecodeError:
            arguments[name] = value
    return arguments


def look():
    if importlib.util.find_spec("mii") is None:
        raise ModuleNotFoundError(name="mii")


def serve(options):
    import mii
    from deepspeed.inference import DeepSpeedTPConfig, RaggedInferenceEngineConfig
    from deepspeed.inference.v2.ragged import DSStateManagerConfig

    tokens = options.max_ragged_batch_size
    # Sequences may not outnumber tokens, nor what the engine tracks, of which 2048 is the default.
    state_manager = DSStateManagerConfig(max_ragged_batch_size=tokens, max_ragged_sequence_count=min(tokens, 2048))
    engine = RaggedInferenceEngineConfig(
        tensor_parallel=DeepSpeedTPConfig(tp_size=options.tp_size), state_manager=state_manager
    )
    named = {"deployment_name": options.deployment_name, "quantization_mode": options.quantization_mode}
    mii.serve(
        options.model,
        tensor_parallel=options.tp_size,
        replica_num=options.num_replicas,
        inference_engine_config=engine,
        port_number=options.port,
        **{name: value for name, value in named.items() if value is not None},
        **further_arguments(options.more),
    )


def one_line(error):
    words = " ".join(str(error).split())
    return f"{type(error).__name__}: {words}"[:300]


def main():
    options = parse_arguments()
    try:
        if options.look:
            return look()
        serve(options)
    except ModuleNotFoundError as error:
        sys.exit(f"FastGen cannot run here: Python has no module {error.name} (pip install deepspeed-mii)")
    except Exception as error:
        import traceback

        traceback.print_exc()
        sys.exit(f"FastGen cannot run here: {one_line(error)}")
    print("FastGen is served.", flush=True)
    try:
        # Load balancer and replicas are our children: the first that ends ends the deployment.
        pid, status = os.wait()
        print(f"process {pid} of the deployment ended ({os.waitstatus_to_exitcode(status)})", flush=True)
    except ChildProcessError:
        sys.exit("mii.serve returned and left no process")


if __name__ == "__main__":
    main()
