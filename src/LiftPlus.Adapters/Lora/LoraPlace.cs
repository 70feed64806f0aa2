using LiftPlus.Sites;

namespace LiftPlus.Adapters;

/// <summary>Represents a linear layer of a backbone that LoRA can change.</summary>
/// <param name="Tower">The encoder.</param>
/// <param name="Layer">The block's number.</param>
/// <param name="Place">The layer of the block.</param>
/// <param name="Site">The site of the layer's adapters.</param>
/// <param name="Linear">The layer.</param>
internal sealed record LoraPlace(Tower Tower, int Layer, AdapterSites Place, AdapterSite Site, LinearSource Linear)
{
    /// <summary>Gets the layer's LoRA module; null if it has none.</summary>
    public LoraAdapter? Adapter => Site.Adapters.Select(entry => entry.Value).OfType<LoraAdapter>().FirstOrDefault();
}
