using LiftPlus.Adapters;
using LiftPlus.Layers;
using LiftPlus.Peft;

namespace LiftPlus;

/// <summary>Represents a method without new modules, which trains some existing parameters of the selected blocks.</summary>
public abstract record UnfreezingOptions : PeftOptions
{
    /// <summary>Gets the end of the message for a backbone without such parameters: what to use instead.</summary>
    protected virtual string Instead => "choose other layers or another method.";

    /// <summary>Gets whether the BatchNorms of the blocks use and learn the statistics of batches in training.</summary>
    private protected virtual bool TrainsStatistics => false;

    /// <summary>Returns whether to train a parameter of a block, by its name in <see cref="IBackboneBlock.OwnParameters"/>.</summary>
    protected abstract bool Trains(string name);

    /// <inheritdoc/>
    public override void Apply(PeftContext context)
    {
        foreach (IBackboneBlock block in Chosen(context))
        {
            block.Unfreeze(Trains);
            if (TrainsStatistics && block is ResidualBlock residual)
                residual.TrainStatistics();
        }
    }

    /// <summary>Returns the selected blocks.</summary>
    /// <exception cref="LiftPlusException">The blocks have no parameters that the method trains.</exception>
    protected IReadOnlyList<IBackboneBlock> Chosen(PeftContext context)
    {
        IReadOnlyList<IBackboneBlock> blocks = context.TunableBlocks(Tower);
        IBackboneBlock[] chosen = [.. Layers.Resolve(blocks.Count).Select(layer => blocks[layer])];
        if (!chosen.Any(block => block.OwnParameters.Any(own => Trains(own.Name))))
            throw new LiftPlusException($"'{Type}' finds nothing to train in the blocks of {context.Backbone.Config.Name}: {Instead}");
        return chosen;
    }
}
