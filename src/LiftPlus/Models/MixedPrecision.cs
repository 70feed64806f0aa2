using LiftPlus.Backbones;
using Microsoft.Extensions.Logging;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Models;

/// <summary>
/// Applies everything that depends on the training precision. The large frozen weights of the image encoder are stored in the type, and
/// activations take the type of the weights they meet; LayerNorm and adapters always compute in float32; trained parameters,
/// features, classifier and loss are float32. So neither the model's code nor a method's depends on the precision. Float16 also needs its
/// loss scaled (<see cref="Optimization.LossScale"/>), which the loop does.
/// </summary>
internal static class MixedPrecision
{
    /// <summary>The number of parameters above which <see cref="Precision.Auto"/> halves the memory of a backbone.</summary>
    public const long Large = 1_000_000_000;

    /// <summary>Returns the precision that <see cref="Precision.Auto"/> stands for, and any other as it is.</summary>
    /// <param name="precision">The precision of a recipe.</param>
    /// <param name="backbone">The backbone, with nothing attached.</param>
    /// <param name="logger">Receives a choice that changes numbers.</param>
    public static Precision Choose(Precision precision, Backbone backbone, ILogger logger)
    {
        if (precision != Precision.Auto)
            return precision;
        long parameters = backbone.ParameterCount;
        if (parameters <= Large)
            return Precision.Float32;
        ModelLog.ChosePrecision(logger, backbone.Config.Name, parameters, Precision.BFloat16);
        return Precision.BFloat16;
    }

    /// <summary>
    /// Returns the type that frozen weights are stored in. A model trained in float16 on a GPU runs in float32 on the CPU, which does not
    /// multiply float16.
    /// </summary>
    public static ScalarType StorageType(Precision precision, Device device) =>
        precision switch
        {
            Precision.BFloat16 => bfloat16,
            Precision.Float16 when device.type != DeviceType.CPU => float16,
            _ => float32,
        };

    /// <summary>Stores the frozen weights of a backbone that has no methods attached yet.</summary>
    public static void Store(Backbone backbone, Precision precision, Device device)
    {
        if (StorageType(precision, device) is var type && type != float32)
            backbone.StoreImageWeightsAs(type);
    }
}
