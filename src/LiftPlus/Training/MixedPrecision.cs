using System.Runtime.Intrinsics.X86;
using LiftPlus.Optimization;
using Microsoft.Extensions.Logging;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Training;

/// <summary>
/// All there is to precision. The large frozen weights of the image tower are stored in the type, and activations take the type of the weights they
/// meet; LayerNorm and adapters compute in float32 whatever they are given; trained parameters, feature, head and loss are float32. So neither the
/// model's code nor a method's asks for the precision. Float16 also needs its loss scaled (<see cref="LossScale"/>), which the loop does.
/// </summary>
internal static class MixedPrecision
{
    /// <summary>The type that frozen weights are stored in. A model trained in float16 on a GPU runs in float32 on the CPU, which multiplies no float16.</summary>
    public static ScalarType StorageType(Precision precision, Device device) =>
        precision switch
        {
            Precision.BFloat16 => bfloat16,
            Precision.Float16 when device.type != DeviceType.CPU => float16,
            _ => float32,
        };

    /// <summary>Stores the frozen weights of a backbone that nothing is attached to yet.</summary>
    public static void Store(Backbone backbone, Precision precision, Device device)
    {
        if (StorageType(precision, device) is var type && type != float32)
            backbone.StoreImageWeightsAs(type);
    }

    /// <summary>Checks that the device can train in the precision, and sets TensorFloat-32, a switch of the whole process.</summary>
    /// <exception cref="LiftPlusException">Float16 on the CPU.</exception>
    public static void Prepare(TrainingOptions options, Device device, ILogger logger)
    {
        bool isCpu = device.type == DeviceType.CPU;
        if (options.Precision == Precision.Float16 && isCpu)
        {
            throw new LiftPlusException(
                "Training.Precision is Float16, and training runs on the CPU, which would be slower in it than in float32; use BFloat16 or Float32, or a GPU."
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

    /// <summary>The loss scale a run starts with; null where none is needed.</summary>
    public static LossScale? InitialScale(Precision precision) => precision == Precision.Float16 ? new LossScale() : null;

    private static bool HasBFloat16 => (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0; // AVX512-BF16
}
