using LiftPlus.Adapters;
using LiftPlus.Layers;
using LiftPlus.Peft;

namespace LiftPlus;

/// <summary>A method without modules of its own: it trains some of the parameters that the listed blocks have already.</summary>
public abstract record UnfreezingOptions : PeftOptions
{
    /// <summary>What to use on a backbone whose blocks have nothing to train by this method; ends a message.</summary>
    protected virtual string Instead => "choose other layers or another method.";

    /// <summary>Whether a parameter of a block is trained, by its name in <see cref="IBackboneBlock.OwnParameters"/>.</summary>
    protected abstract bool Trains(string name);

    /// <inheritdoc/>
    public override void Apply(PeftContext context)
    {
        foreach (IBackboneBlock block in Chosen(context))
            block.Unfreeze(Trains);
    }

    /// <summary>The listed blocks.</summary>
    /// <exception cref="LiftPlusException">They have nothing that the method trains.</exception>
    protected IReadOnlyList<IBackboneBlock> Chosen(PeftContext context)
    {
        IReadOnlyList<IBackboneBlock> blocks = context.TunableBlocks(Tower);
        IBackboneBlock[] chosen = [.. Layers.Resolve(blocks.Count).Select(layer => blocks[layer])];
        if (!chosen.Any(block => block.OwnParameters.Any(own => Trains(own.Name))))
            throw new LiftPlusException($"'{Type}' finds nothing to train in the blocks of {context.Backbone.Config.Name}; {Instead}");
        return chosen;
    }
}
