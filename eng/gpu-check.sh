#!/usr/bin/env bash
# Checks and measures the library on a machine with a GPU and Python's torch, which needs no .NET.
#   eng/gpu-check.sh pack         publishes artifacts/gpu-check/gpu-check.tar.xz: the program with the .NET runtime, no libtorch, below 64 MiB
#   eng/gpu-check.sh run [option] unpacks it and runs it on the libtorch of `python3` (PYTHON names another); figures in out/gpu-check
#   eng/gpu-check.sh rehearse       both, on this machine's processor with the restored libtorch; the Python part where `python3` has torch
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
folder=$root/artifacts/gpu-check
package=$folder/gpu-check.tar.xz
limit=$((64 * 1024 * 1024))
python=${PYTHON:-python3}

pack() {
    rm -rf "$folder"
    mkdir -p "$folder/app"
    dotnet publish "$root/benchmarks/LiftPlus.GpuCheck" -c Release -r linux-x64 --self-contained -o "$folder/app" -v q -nologo \
        -p:TorchBackend=none -p:DebugType=none -p:PublishReadyToRun=false -p:CreateSymbolicLinksForCopyLocalIfPossible=false
    tar -C "$folder" -c app | xz -6 -T0 > "$package"
    rm -r "$folder/app"
    size=$(stat -c %s "$package")
    echo "$package: $((size / 1024)) KiB, allowed $((limit / 1024)) KiB"
    [ "$size" -lt "$limit" ]
}

run() {
    if [ -z "${LIFTPLUS_LIBTORCH:-}" ]; then
        LIFTPLUS_LIBTORCH=$("$python" -c 'import os, torch; print(os.path.join(os.path.dirname(torch.__file__), "lib"))')
        # What CUDA's own packages hold lies beside torch.
        libraries=$("$python" -c 'import glob, os, torch
print(":".join(glob.glob(os.path.join(os.path.dirname(os.path.dirname(torch.__file__)), "nvidia", "*", "lib"))))')
        export LD_LIBRARY_PATH=$LIFTPLUS_LIBTORCH:$libraries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
    fi
    export LIFTPLUS_LIBTORCH
    "$python" -c 'import sys, tarfile; tarfile.open(sys.argv[1]).extractall(sys.argv[2])' "$package" "$folder"
    LIFTPLUS_GOLDEN=$folder/app/golden "$folder/app/LiftPlus.GpuCheck" --python "$python" "$@"
}

case ${1:-} in
pack) pack ;;
run) shift; run "$@" ;;
rehearse)
    pack
    LIFTPLUS_LIBTORCH=${LIFTPLUS_LIBTORCH:-$(ls -d "${NUGET_PACKAGES:-$HOME/.nuget/packages}"/libtorch-cpu-linux-x64/*/runtimes/linux-x64/native | tail -1)}
    run --device cpu --small --output "$root/out/gpu-check"
    ;;
*) sed -n '2,5p' "$0"; exit 2 ;;
esac
