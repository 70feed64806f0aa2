using LiftPlus.Peft;

namespace LiftPlus;

/// <summary>
/// One fine-tuning method and its settings. The built-in methods and your own derive from it alike; several may be put on one backbone.
/// </summary>
public abstract record PeftOptions : ComponentOptions
{
    /// <summary>The blocks the method is put on. The default is all.</summary>
    public LayerSelection Layers { get; init; } = LayerSelection.All;

    /// <summary>The encoder the method is put on. The default is the image encoder.</summary>
    public Tower Tower { get; init; } = Tower.Image;

    /// <summary>Attaches modules to the backbone, or marks parameters of it as trained.</summary>
    /// <exception cref="LiftPlusException">The method does not fit this backbone.</exception>
    public abstract void Apply(PeftContext context);
}
