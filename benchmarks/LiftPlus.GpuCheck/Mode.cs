using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.GpuCheck;

/// <summary>A precision as users choose it.</summary>
/// <param name="Name">Its name here and in gpu_reference.py.</param>
/// <param name="Precision">The training option.</param>
/// <param name="Storage">The type of frozen weights.</param>
/// <param name="IsTf32">Whether float32 products may be rounded to TensorFloat-32.</param>
/// <param name="RelativeNorm">How far golden tensors may be off, ‖got - want‖ / ‖want‖; null for the golden files' own rule.</param>
internal sealed record Mode(string Name, Precision Precision, ScalarType Storage, bool IsTf32, double? RelativeNorm)
{
    /// <summary>Gets all of them.</summary>
    public static IReadOnlyList<Mode> All { get; } =
    [
        new("float32", Precision.Float32, float32, IsTf32: false, null),
        new("tf32", Precision.Float32, float32, IsTf32: true, 0.01),
        new("bfloat16", Precision.BFloat16, bfloat16, IsTf32: false, 0.1),
        new("float16", Precision.Float16, float16, IsTf32: false, 0.02),
    ];

    /// <summary>Finds one by its name.</summary>
    public static Mode Named(string name) => All.Single(mode => mode.Name == name);

    /// <summary>Returns why the speed of this precision means nothing on a device; null if it does.</summary>
    public string? MissingOn(Device device) =>
        (device.type == DeviceType.CUDA, Precision, IsTf32) switch
        {
            (false, _, true) => "no CUDA: processors have no TensorFloat-32",
            (false, Precision.Float16, _) => "no CUDA: libtorch does not multiply float16 on processors in hardware",
            _ => null,
        };

    /// <summary>Sets what is a switch of the whole process.</summary>
    public void Prepare(Device device)
    {
        if (device.type != DeviceType.CUDA)
            return;
        backends.cuda.matmul.allow_tf32 = IsTf32;
        backends.cudnn.allow_tf32 = IsTf32;
    }
}
