using System.Collections.Immutable;

namespace LiftPlus;

/// <summary>Represents what <see cref="Backbone.Load"/> found, for logs and reports.</summary>
public sealed record BackboneOrigin
{
    /// <summary>Gets the full path of the weight file, or of the index of several.</summary>
    public required string WeightsPath { get; init; }

    /// <summary>Gets the kind of file by its content: "safetensors", "torch.save archive", "TorchScript archive" and so on.</summary>
    public required string Format { get; init; }

    /// <summary>Gets whose names the tensors have, for example "OpenAI CLIP".</summary>
    public required string Naming { get; init; }

    /// <summary>
    /// Gets what the names of the network's tensors begin with in the file, such as "model." in a checkpoint; null if it has the file to
    /// itself.
    /// </summary>
    public string? Prefix { get; init; }

    /// <summary>Gets the number of tensors in the file and their element types.</summary>
    public required string Tensors { get; init; }

    /// <summary>Gets the full path of the description beside the weights; null if there is none.</summary>
    public string? DescriptionPath { get; init; }

    /// <summary>Gets the side in pixels of the images that the weights were made for, if another was asked for; otherwise null.</summary>
    public int? ResampledFrom { get; init; }

    /// <summary>
    /// Gets what was assumed, overruled or unusual, in sentences. If any of it is wrong, the outputs are wrong without an error.
    /// </summary>
    public ImmutableArray<string> Remarks { get; init; } = [];

    /// <summary>Gets the full paths of all files that were read: first the weight file or the index of several.</summary>
    internal ImmutableArray<string> Files { get; init; } = [];

    /// <summary>Gets the options that the files were read with.</summary>
    internal BackboneLoadOptions Options { get; init; } = new();

    /// <summary>Gets what the descriptions say about preparing images besides size, mean and deviation, as JSON by name.</summary>
    internal ImmutableSortedDictionary<string, string> ImageSettings { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Gets the SHA-256 of the position embedding in the weights; null unless it was resampled.</summary>
    internal string? PositionsSha256 { get; init; }

    /// <summary>Returns everything except the remarks, in one sentence.</summary>
    public override string ToString() =>
        $"{Naming} names {(Prefix is null ? "" : $"under '{Prefix}' ")}in {WeightsPath} ({Format}, {Tensors}), "
        + $"{(DescriptionPath is null ? "no description" : $"described by {Path.GetFileName(DescriptionPath)}")}"
        + (ResampledFrom is null ? "" : $", position embedding resampled from {ResampledFrom} pixels");
}
