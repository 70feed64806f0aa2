using System.ComponentModel.DataAnnotations;
using LiftPlus.Data;

namespace LiftPlus;

/// <summary>An order of training images and its settings; the built-in ones and your own derive from it alike.</summary>
public abstract record SamplerOptions : ComponentOptions
{
    /// <summary>Creates the sampler.</summary>
    public abstract Sampler CreateSampler();
}

/// <summary>Every image once each epoch (<see cref="ShuffleSampler"/>).</summary>
public sealed record ShuffleSamplerOptions : SamplerOptions
{
    /// <inheritdoc/>
    public override string Type => "shuffle";

    /// <inheritdoc/>
    public override Sampler CreateSampler() => new ShuffleSampler();
}

/// <summary>Every class equally often (<see cref="ClassBalancedSampler"/>).</summary>
public sealed record ClassBalancedSamplerOptions : SamplerOptions
{
    /// <inheritdoc/>
    public override string Type => "class-balanced";

    /// <inheritdoc/>
    public override Sampler CreateSampler() => new ClassBalancedSampler();
}

/// <summary>Classes in proportion to the square root of their counts (<see cref="SquareRootSampler"/>).</summary>
public sealed record SquareRootSamplerOptions : SamplerOptions
{
    /// <inheritdoc/>
    public override string Type => "square-root";

    /// <inheritdoc/>
    public override Sampler CreateSampler() => new SquareRootSampler();
}

/// <summary>At most <see cref="Cap"/> images of each class in an epoch (<see cref="CappedSampler"/>).</summary>
public sealed record CappedSamplerOptions : SamplerOptions
{
    /// <inheritdoc/>
    public override string Type => "capped";

    /// <summary>Most images of one class in an epoch, 1 or more.</summary>
    /// <value>The default is 100, where the groups "many" and "medium" meet.</value>
    [Range(1, int.MaxValue, ErrorMessage = "It is 1 or more.")]
    public int Cap { get; init; } = 100;

    /// <inheritdoc/>
    public override Sampler CreateSampler() => new CappedSampler(Cap);
}
