using LiftPlus.Models;

namespace LiftPlus.Sweeps;

/// <summary>Represents a backbone that several runs of a sweep use.</summary>
/// <param name="Create">Creates one for a run, which owns it.</param>
/// <param name="Identity">Identifies it.</param>
internal sealed record SharedBackbone(Func<Backbone> Create, BackboneIdentity Identity);
