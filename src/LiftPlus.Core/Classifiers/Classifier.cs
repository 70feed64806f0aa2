using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Classifiers;

/// <summary>
/// A head: features (B, D) to logits (B, C), with one weight row per class unless classes are told apart by their texts. Always float32; its
/// own parameters are always trained.
/// </summary>
public abstract class Classifier : nn.Module<Tensor, Tensor>
{
    /// <summary>Creates the module.</summary>
    protected Classifier(string name)
        : base(name) { }

    /// <summary>The class weights (C, D); null for a head without any.</summary>
    public abstract Parameter? Weight { get; }

    /// <summary>The factor on the logits: s of a cosine head, else 1.</summary>
    public virtual double LogitScale => 1;

    /// <summary>Copies class directions (C, D) into the weight: how every initialisation enters.</summary>
    /// <exception cref="LiftPlusException">The shape is not the weight's, or there is none.</exception>
    public void SetWeight(Tensor directions)
    {
        if (Weight is null)
            throw new LiftPlusException(
                $"{GetName()} has no class weights to initialise; choose another classifier, or no initialisation."
            );
        if (!directions.shape.SequenceEqual(Weight.shape))
        {
            throw new LiftPlusException(
                $"The initial class weights have shape ({string.Join(", ", directions.shape)}), the classifier's ({string.Join(", ", Weight.shape)}): "
                    + "one row per class and the feature's width are needed."
            );
        }

        using IDisposable noGrad = no_grad();
        Weight.copy_(directions);
    }
}
