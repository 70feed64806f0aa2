using System.Numerics;
using LiftPlus.Layers;
using LiftPlus.Peft;
using LiftPlus.Sites;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>Represents a method made of adapters: one new module at each chosen site of each chosen block.</summary>
public abstract record AdapterOptions : PeftOptions
{
    /// <summary>Gets the sites that get one adapter each.</summary>
    public abstract AdapterSites Sites { get; init; }

    /// <summary>Creates the adapter of one site. Its parameters are float32 on the CPU; they are moved to the backbone's device.</summary>
    public abstract Adapter CreateAdapter(AdapterContext context);

    /// <summary>Computes the number of values of the adapter of one site, or fewer, from the sizes in these settings.</summary>
    internal virtual long CountValues(AdapterContext context) => 0;

    /// <inheritdoc/>
    public override void Apply(PeftContext context)
    {
        IReadOnlyList<TransformerBlock> blocks = context.Blocks(Tower);
        if (blocks.Count == 0)
        {
            throw new LiftPlusException(
                $"'{Type}' needs transformer blocks, and the {Tower} tower of {context.Backbone.Config.Name} has none; "
                    + "use a ViT backbone, or a method for ResNets (bias, BatchNorm, SSF or full fine-tuning)."
            );
        }

        IReadOnlyList<int> layers = Layers.Resolve(blocks.Count);
        foreach (int layer in layers)
        {
            TransformerBlock block = blocks[layer];
            foreach (AdapterSites site in SingleSites(Sites))
            {
                (long input, long output) = block.SiteWidths(site);
                var adapterContext = new AdapterContext
                {
                    Site = site,
                    Layer = layer,
                    Layers = layers,
                    InputWidth = input,
                    OutputWidth = output,
                    Linear = block.Linear(site),
                    ClassCount = context.ClassCount,
                    Random = context.Random,
                };
                context.Reserve(Type, CountValues(adapterContext));
                context.Attach(block.Site(site), Type, () => CreateAdapter(adapterContext));
            }
        }
    }

    private static IEnumerable<AdapterSites> SingleSites(AdapterSites sites) =>
        Enum.GetValues<AdapterSites>().Where(site => BitOperations.PopCount((uint)site) == 1 && sites.HasFlag(site));
}
