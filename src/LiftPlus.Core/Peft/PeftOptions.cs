using LiftPlus.Peft;

namespace LiftPlus;

/// <summary>
/// Represents a fine-tuning method and its settings. Both the built-in methods and your own derive from it, and several can be applied to
/// one backbone.
/// </summary>
public abstract record PeftOptions
{
    /// <summary>
    /// Gets the short name of the method: its key in json, and the name its parameters are stored under. It is in lower case, such as
    /// <c>"lora"</c>.
    /// </summary>
    public abstract string Type { get; }

    /// <summary>Gets the blocks that get the method. The default is all of them.</summary>
    public LayerSelection Layers { get; init; } = LayerSelection.All;

    /// <summary>Gets the encoder that gets the method. The default is the image encoder.</summary>
    public Tower Tower { get; init; } = Tower.Image;

    /// <summary>Returns the errors in these settings; empty when they are valid. Each entry names the value and what to do.</summary>
    public virtual IEnumerable<string> Validate() => [];

    /// <summary>Attaches modules to the backbone, or marks parameters of it as trained.</summary>
    /// <exception cref="LiftPlusException">The method does not fit this backbone.</exception>
    public abstract void Apply(PeftContext context);
}
