using System.Runtime.Intrinsics.X86;
using LiftPlus.Optimization;
using Microsoft.Extensions.Logging;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Training;

/// <summary>Prepares a device for training in a precision.</summary>
internal static class TrainingPrecision
{
    /// <summary>Checks that the device can train in the precision, and sets TensorFloat-32, a switch of the whole process.</summary>
    /// <exception cref="LiftPlusException">Float16 on the CPU.</exception>
    public static void Prepare(TrainingOptions options, Device device, ILogger logger)
    {
        bool isCpu = device.type == DeviceType.CPU;
        if (options.Precision == Precision.Float16 && isCpu)
        {
            throw new LiftPlusException(
                "Training.Precision is Float16, and training runs on the CPU, which is slower in it than in float32; "
                    + "use BFloat16 or Float32, or a GPU."
            );
        }

        if (options.Precision == Precision.BFloat16 && isCpu && X86Base.IsSupported && !HasBFloat16)
            Log.SlowBFloat16(logger);
        if (device.type == DeviceType.CUDA)
        {
            backends.cuda.matmul.allow_tf32 = options.AllowTf32;
            backends.cudnn.allow_tf32 = options.AllowTf32;
        }
    }

    /// <summary>Returns the loss scale that a run starts with; null for a precision that needs no scale.</summary>
    public static LossScale? InitialScale(Precision precision) => precision == Precision.Float16 ? new LossScale() : null;

    private static bool HasBFloat16 => (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0; // AVX512-BF16
}
