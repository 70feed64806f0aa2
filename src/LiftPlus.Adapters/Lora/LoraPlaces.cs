using System.Numerics;
using LiftPlus.Backbones;
using LiftPlus.Layers;
using LiftPlus.Sites;

namespace LiftPlus.Adapters;

/// <summary>Finds the linear layers of a backbone by their names in transformers, and summarises which of them have LoRA.</summary>
internal static class LoraPlaces
{
    /// <summary>The linear layers of a block.</summary>
    public const AdapterSites Linears =
        AdapterSites.Query | AdapterSites.Key | AdapterSites.Value | AdapterSites.AttentionOutput | AdapterSites.Fc1 | AdapterSites.Fc2;

    /// <summary>Returns every linear layer of every block by its name, in order.</summary>
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
                    if (model.LinearName(tower, layer, place) is string name)
                        places.Add(name, new LoraPlace(tower, layer, place, block.Site(place), block.Linear(place)!));
                }
            }
        }

        return places;
    }

    /// <summary>
    /// Returns the options that put LoRA of these ranks and α on these places. There are as few as possible: more than one only if the
    /// places, the ranks or α differ.
    /// </summary>
    public static IEnumerable<LoraOptions> Describe(
        Backbone backbone,
        IEnumerable<(LoraPlace Place, int Rank, double Alpha)> adapters,
        bool isDora
    ) =>
        adapters
            .OrderBy(entry => (entry.Place.Tower, entry.Place.Layer, entry.Place.Place))
            .GroupBy(entry => (entry.Place.Tower, entry.Rank, entry.Alpha, entry.Place.Place), entry => entry.Place.Layer)
            .GroupBy(layers => (layers.Key.Tower, layers.Key.Rank, layers.Key.Alpha, Layers: string.Join(", ", layers)))
            .Select(group => new LoraOptions
            {
                Tower = group.Key.Tower,
                Rank = group.Key.Rank,
                Alpha = group.Key.Alpha,
                Dora = isDora,
                Sites = group.Aggregate(AdapterSites.None, (sites, layers) => sites | layers.Key.Place),
                Layers =
                    group.First().Count() == (group.Key.Tower == Tower.Image ? backbone.Image.Blocks : backbone.RequireText().Blocks).Count
                        ? LayerSelection.All
                        : LayerSelection.Parse(group.Key.Layers),
            });
}
