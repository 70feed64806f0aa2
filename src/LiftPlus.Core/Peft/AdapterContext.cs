using LiftPlus.Sites;
using TorchSharp;

namespace LiftPlus.Peft;

/// <summary>Represents what an adapter is given when it is created for one site of one block.</summary>
public sealed record AdapterContext
{
    /// <summary>Gets the site where it will be attached.</summary>
    public required AdapterSites Site { get; init; }

    /// <summary>Gets the number of the block, 0-based.</summary>
    public required int Layer { get; init; }

    /// <summary>Gets all blocks that get the method, ascending.</summary>
    public required IReadOnlyList<int> Layers { get; init; }

    /// <summary>Gets the width of the site's input.</summary>
    public required long InputWidth { get; init; }

    /// <summary>Gets the width of the site's output.</summary>
    public required long OutputWidth { get; init; }

    /// <summary>Gets the linear layer whose output the site is; null for a site that is not behind one.</summary>
    internal LinearSource? Linear { get; init; }

    /// <summary>Gets the number of classes C.</summary>
    public required int ClassCount { get; init; }

    /// <summary>Gets the generator of initial values.</summary>
    public required torch.Generator Random { get; init; }
}
