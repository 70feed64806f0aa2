using LiftPlus.Backbones;
using LiftPlus.Backbones.Families;

namespace LiftPlus.Core.Tests.Backbones.Families;

/// <summary>Finds a family's small backbone.</summary>
internal static class SmallBackbones
{
    public static BackboneConfig Small(this BackboneFamily family) =>
        TinyBackbones.All.First(config => BackboneFamilies.Find(config) == family);
}
