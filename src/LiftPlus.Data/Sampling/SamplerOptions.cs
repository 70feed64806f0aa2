using LiftPlus.Data;

namespace LiftPlus;

/// <summary>Represents the settings of a sampler. The built-in ones and your own derive from it.</summary>
public abstract record SamplerOptions
{
    /// <summary>Gets the sampler's short name, its <c>Type</c> in JSON, such as <c>"shuffle"</c>.</summary>
    public abstract string Type { get; }

    /// <summary>Returns the errors in these settings; empty when they are valid.</summary>
    public virtual IEnumerable<string> Validate() => [];

    /// <summary>Creates the sampler.</summary>
    public abstract Sampler CreateSampler();
}
