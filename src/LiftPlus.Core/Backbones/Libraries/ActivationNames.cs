using LiftPlus.Messages;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Libraries;

/// <summary>Translates between activations and their names in descriptions.</summary>
internal static class ActivationNames
{
    /// <summary>Gets the activation that a description names; null if it names none.</summary>
    /// <exception cref="LiftPlusException">The name is unknown.</exception>
    public static Activation? Read(JsonFile? place, string field) =>
        place?.Text(field) switch
        {
            null => null,
            "quick_gelu" or "quickgelu" => Activation.QuickGelu,
            "gelu" => Activation.Gelu,
            "gelu_new" or "gelu_pytorch_tanh" or "gelu_tanh" => Activation.GeluTanh,
            string name => throw new LiftPlusException(
                $"{place.Path}: the activation '{MessageText.Shorten(name)}' is not one of quick_gelu, gelu, gelu_new, gelu_pytorch_tanh."
            ),
        };

    /// <summary>Gets transformers' name of an activation.</summary>
    public static string Get(Activation activation) =>
        activation switch
        {
            Activation.QuickGelu => "quick_gelu",
            Activation.Gelu => "gelu",
            _ => "gelu_pytorch_tanh",
        };
}
