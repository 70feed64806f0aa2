using System.ComponentModel.DataAnnotations;

namespace LiftPlus;

/// <summary>Represents a class that becomes part of a model (<see cref="FineTunedModel.SplitClass"/>).</summary>
public sealed record NewClass
{
    /// <summary>Gets the name. It must differ from the names of the other classes.</summary>
    [Required]
    public required string Name { get; init; }

    /// <summary>Gets images of the class.</summary>
    /// <value>The default is empty: the class is recognised by its name or description.</value>
    public IEnumerable<ImageSource> Images { get; init; } = [];

    /// <summary>Gets words about the class for the text encoder, such as "a small bird with a red breast".</summary>
    /// <value>The default is null: the name in the recipe's templates.</value>
    public string? Description { get; init; }
}
