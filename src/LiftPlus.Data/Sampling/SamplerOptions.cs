using LiftPlus.Data;

namespace LiftPlus;

/// <summary>Represents the settings of a sampler. The built-in ones and your own derive from it.</summary>
public abstract record SamplerOptions : ComponentOptions
{
    /// <summary>Creates the sampler.</summary>
    public abstract Sampler CreateSampler();
}
