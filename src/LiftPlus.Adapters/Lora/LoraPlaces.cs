using System.Numerics;
using LiftPlus.Backbones;
using LiftPlus.Layers;
using LiftPlus.Sites;

namespace LiftPlus.Adapters;

/// <summary>A linear layer of a backbone that LoRA may change.</summary>
/// <param name="Tower">The encoder.</param>
/// <param name="Layer">The block's number.</param>
/// <param name="Place">Which of the block's layers.</param>
/// <param name="Site">Where its adapters stand.</param>
/// <param name="InputWidth">Width of its input.</param>
/// <param name="OutputWidth">Width of its output.</param>
internal sealed record LoraPlace(Tower Tower, int Layer, AdapterSites Place, AdapterSite Site, long InputWidth, long OutputWidth)
{
    /// <summary>The LoRA module that stands there.</summary>
    public LoraAdapter? Adapter => Site.Adapters.Select(entry => entry.Value).OfType<LoraAdapter>().FirstOrDefault();
}

/// <summary>Finds the linear layers by the names that transformers has for them, and sums up which of them have LoRA.</summary>
internal static class LoraPlaces
{
    public const AdapterSites Linears =
        AdapterSites.Query | AdapterSites.Key | AdapterSites.Value | AdapterSites.AttentionOutput | AdapterSites.Fc1 | AdapterSites.Fc2;

    /// <summary>Every linear layer of every block by its name, in order.</summary>
    public static IReadOnlyDictionary<string, LoraPlace> ByName(Backbone backbone, TransformersModel model)
    {
        Dictionary<string, LoraPlace> places = [];
        (Tower, IReadOnlyList<TransformerBlock>)[] towers =
        [
            (Tower.Image, backbone.Image.Blocks),
            (Tower.Text, backbone.Text?.Blocks ?? []),
        ];
        foreach ((Tower tower, IReadOnlyList<TransformerBlock> blocks) in towers)
        {
            foreach ((int layer, TransformerBlock block) in blocks.Index())
            {
                foreach (
                    AdapterSites place in Enum.GetValues<AdapterSites>()
                        .Where(site => BitOperations.IsPow2((int)site) && Linears.HasFlag(site))
                )
                {
                    (long input, long output) = block.SiteWidths(place);
                    if (model.LinearName(tower, layer, place) is string name)
                        places.Add(name, new LoraPlace(tower, layer, place, block.Site(place), input, output));
                }
            }
        }

        return places;
    }

    /// <summary>The options that put LoRA of these ranks on these places: as few as possible, more than one where the places differ from block to block.</summary>
    public static IEnumerable<LoraOptions> Describe(Backbone backbone, IEnumerable<(LoraPlace Place, int Rank)> adapters) =>
        adapters
            .OrderBy(entry => (entry.Place.Tower, entry.Place.Layer, entry.Place.Place))
            .GroupBy(entry => (entry.Place.Tower, entry.Rank, entry.Place.Place), entry => entry.Place.Layer)
            .GroupBy(layers => (layers.Key.Tower, layers.Key.Rank, Layers: string.Join(", ", layers)))
            .Select(group => new LoraOptions
            {
                Tower = group.Key.Tower,
                Rank = group.Key.Rank,
                Sites = group.Aggregate(AdapterSites.None, (sites, layers) => sites | layers.Key.Place),
                Layers =
                    group.First().Count() == (group.Key.Tower == Tower.Image ? backbone.Image.Blocks : backbone.RequireText().Blocks).Count
                        ? LayerSelection.All
                        : LayerSelection.Parse(group.Key.Layers),
            });
}
