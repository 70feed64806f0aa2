using System.Text.Json;
using LiftPlus.TestSupport;

namespace LiftPlus.Parity.Tests.Modern;

/// <summary>Chooses the options that a case needs: what its files do not say, because the published models have the usual values.</summary>
internal static class ModernOptions
{
    public static BackboneLoadOptions For(string name, string naming, GoldenFile golden)
    {
        JsonElement sizes = ModernGolden.Sizes(name);
        bool isBare = naming == "original"; // without a description
        return new BackboneLoadOptions
        {
            ImageHeads = isBare ? Number(sizes, "heads") : null,
            TextHeads = isBare ? Number(sizes, "theads") : null,
            ImageSize = HasFreeSize(name) ? (int)golden["images"].Shape[^1] : null,
        };
    }

    // No tensor depends on the size, and descriptions have the published one.
    private static bool HasFreeSize(string name) => name.StartsWith("dinov3", StringComparison.Ordinal);

    private static int? Number(JsonElement sizes, string name) =>
        sizes.TryGetProperty(name, out JsonElement value) ? value.GetInt32() : null;
}
