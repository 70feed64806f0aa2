using System.Collections.Immutable;

namespace LiftPlus;

/// <summary>What <see cref="Backbone.Load"/> found, for logs and reports.</summary>
public sealed record BackboneOrigin
{
    /// <summary>Full path of the weight file, or of the index of several.</summary>
    public required string WeightsPath { get; init; }

    /// <summary>Kind of file, by its content: "safetensors", "torch.save archive", "TorchScript archive" and the like.</summary>
    public required string Format { get; init; }

    /// <summary>Whose names the tensors have, for example "OpenAI CLIP".</summary>
    public required string Naming { get; init; }

    /// <summary>Number of tensors in the file, and of which element types.</summary>
    public required string Tensors { get; init; }

    /// <summary>Full path of the description beside the weights; null if there is none.</summary>
    public string? DescriptionPath { get; init; }

    /// <summary>Side of the images, in pixels, that the weights were made for, where another was asked for; else null.</summary>
    public int? ResampledFrom { get; init; }

    /// <summary>What was assumed, overruled or unusual, in sentences: each would change the numbers silently if it were wrong.</summary>
    public ImmutableArray<string> Remarks { get; init; } = [];

    /// <summary>All of it but the remarks, in a sentence.</summary>
    public override string ToString() =>
        $"{Naming} names in {WeightsPath} ({Format}, {Tensors}), "
        + $"{(DescriptionPath is null ? "no description" : $"described by {Path.GetFileName(DescriptionPath)}")}"
        + (ResampledFrom is null ? "" : $", position embedding resampled from {ResampledFrom} pixels");
}
