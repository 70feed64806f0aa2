using LiftPlus.Peft;

namespace LiftPlus;

/// <summary>
/// Represents a fine-tuning method and its settings. Both the built-in methods and your own derive from it, and several can be applied to
/// one backbone.
/// </summary>
public abstract record PeftOptions : ComponentOptions
{
    /// <summary>Gets the blocks that get the method. The default is all of them.</summary>
    public LayerSelection Layers { get; init; } = LayerSelection.All;

    /// <summary>Gets the encoder that gets the method. The default is the image encoder.</summary>
    public Tower Tower { get; init; } = Tower.Image;

    /// <summary>Attaches modules to the backbone, or marks parameters of it as trained.</summary>
    /// <exception cref="LiftPlusException">The method does not fit this backbone.</exception>
    public abstract void Apply(PeftContext context);
}
