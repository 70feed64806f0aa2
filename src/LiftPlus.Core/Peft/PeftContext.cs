using LiftPlus.Backbones;
using LiftPlus.Layers;
using LiftPlus.Sites;
using LiftPlus.Weights;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Peft;

/// <summary>Provides what a method works on: the frozen backbone, the number of classes and the generator of initial values.</summary>
public sealed class PeftContext
{
    private readonly Lazy<long> _savedValues;
    private long _createdValues;

    /// <summary>Creates the context.</summary>
    /// <param name="backbone">The backbone, frozen.</param>
    /// <param name="classCount">Number of classes C; automatic sizes follow from it.</param>
    /// <param name="random">The generator of initial values.</param>
    public PeftContext(Backbone backbone, int classCount, Generator random)
    {
        Backbone = backbone;
        ClassCount = classCount;
        Random = random;
        _savedValues = new Lazy<long>(() => Saved!.Tensors.Values.Sum(info => info.ElementCount));
    }

    /// <summary>Gets the backbone, which is frozen except for what earlier methods unfroze.</summary>
    public Backbone Backbone { get; }

    /// <summary>Gets the number of classes C.</summary>
    public int ClassCount { get; }

    /// <summary>Gets the generator of initial values.</summary>
    public Generator Random { get; }

    /// <summary>
    /// Gets the trained tensors (<see cref="Backbone.TrainedState"/>) of the saved model that is being read; null at the beginning of
    /// training. It is for methods whose sizes depend on them.
    /// </summary>
    public WeightSource? Saved { get; init; }

    /// <summary>Returns the blocks of a tower; empty for a ResNet.</summary>
    /// <exception cref="LiftPlusException">The backbone has no such tower.</exception>
    public IReadOnlyList<TransformerBlock> Blocks(Tower tower) =>
        tower == Tower.Image ? Backbone.Image.Blocks : Backbone.RequireText().Blocks;

    /// <summary>
    /// Returns the blocks of a tower whose own parameters can be trained: transformer blocks, or the residual blocks of a ResNet.
    /// </summary>
    /// <exception cref="LiftPlusException">The backbone has no such tower.</exception>
    public IReadOnlyList<IBackboneBlock> TunableBlocks(Tower tower) =>
        tower == Tower.Image && Backbone.Image.Blocks.Count == 0 ? Backbone.Image.ResidualBlocks : Blocks(tower);

    /// <summary>Creates an adapter, moves it to the backbone's device and attaches it to a site.</summary>
    /// <param name="site">The site.</param>
    /// <param name="name">The name its parameters are found under, usually the method's <see cref="ComponentOptions.Type"/>.</param>
    /// <param name="create">Creates the adapter. Tensors that it creates besides parameters and buffers are freed.</param>
    /// <exception cref="LiftPlusException">An adapter of this name is already attached there.</exception>
    public void Attach(AdapterSite site, string name, Func<Adapter> create)
    {
        site.RequireFree(name);
        site.Attach(name, Own(create));
    }

    /// <summary>Reparametrizes the weight and bias of a linear layer, on the backbone's device.</summary>
    /// <param name="linear">The layer.</param>
    /// <param name="create">Creates the function of a frozen tensor; it is called for the weight, then for the bias.</param>
    /// <exception cref="LiftPlusException">The layer is already reparametrized.</exception>
    public void Reparametrize(AdaptableLinear linear, Func<Parameter, WeightAdapter> create)
    {
        linear.RequirePlain();
        linear.Reparametrize(Own(() => create(linear.Weight)), linear.Bias is null ? null : Own(() => create(linear.Bias)));
    }

    /// <summary>
    /// Checks that the saved model, if one is being read, holds enough values for the modules so far and for one more. It is called before
    /// memory is taken, because the sizes in a recipe may be wrong.
    /// </summary>
    /// <param name="type">The method or the classifier, for messages.</param>
    /// <param name="values">The number of values of the next module, or fewer.</param>
    /// <exception cref="LiftPlusException">The saved model is too small.</exception>
    internal void Reserve(string type, long values)
    {
        if (Saved is not null && values > _savedValues.Value - _createdValues)
            throw new LiftPlusException(
                $"{Saved.Path} holds {_savedValues.Value:N0} values, too few for the sizes in the recipe: '{type}' takes {values:N0} "
                    + "values at one place. Use the recipe that was saved with the file."
            );
    }

    /// <summary>Marks a parameter of the backbone as trained.</summary>
    public static void Unfreeze(Parameter parameter) => parameter.requires_grad_(true);

    // Parameters built inside a dispose scope die with it; the caller may have one open, and this one clears up after the initialisation.
    private T Own<T>(Func<T> create)
        where T : nn.Module
    {
        using DisposeScope scope = NewDisposeScope();
        T module = create();
        long values = module.parameters().Concat(module.buffers()).Sum(kept => kept.numel());
        Reserve(module.GetName(), values);
        _createdValues += values;
        module.to(Backbone.Device);
        foreach (Tensor kept in module.parameters().Concat(module.buffers()))
            kept.DetachFromDisposeScope();
        return module;
    }
}
