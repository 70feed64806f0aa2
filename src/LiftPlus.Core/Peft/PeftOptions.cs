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

    /// <summary>
    /// Gets whether the method changes only what the text classifier sees: the texts, or the space that images and texts share. A recipe
    /// with such a method must use a classifier without weights (<see cref="TextClassifierOptions"/>).
    /// </summary>
    /// <value>True for methods on the text encoder.</value>
    public virtual bool NeedsTextClassifier => Tower == Tower.Text;

    /// <summary>
    /// Gets the template that the class texts must be written with, in place of the recipe's own; <c>{}</c> is the place of the class name.
    /// For methods that learn the words around the class name.
    /// </summary>
    /// <value>Null for methods that take any text.</value>
    public virtual string? PromptTemplate => null;

    /// <summary>Attaches modules to the backbone, or marks parameters of it as trained.</summary>
    /// <exception cref="LiftPlusException">The method does not fit this backbone.</exception>
    public abstract void Apply(PeftContext context);
}
