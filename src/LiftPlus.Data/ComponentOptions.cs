namespace LiftPlus;

/// <summary>
/// Represents a component of a recipe and its settings. PEFT methods, classifiers, losses, optimizers, samplers and augmentations derive
/// from it, built-in and your own alike.
/// </summary>
public abstract record ComponentOptions
{
    /// <summary>Gets the short name that stands for the component in JSON, such as <c>"lora"</c>.</summary>
    public abstract string Type { get; }

    /// <summary>
    /// Returns the errors in these settings; empty when they are valid. Each names a setting, its value and the next step.
    /// </summary>
    /// <remarks>
    /// Ranges given as attributes, undefined enum values and NaN are checked before this method is called, and it is called only when they
    /// hold. It checks what remains, such as two settings that exclude each other.
    /// </remarks>
    public virtual IEnumerable<string> Validate() => [];
}
