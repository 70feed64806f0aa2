using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Classifiers;

/// <summary>Class directions from training images: the normalised mean feature of each class, for backbones without a text tower.</summary>
public static class ClassMeanInitializer
{
    /// <summary>unit(mean of the features of class c), (C, D). A class without a feature keeps its row: a random unit direction.</summary>
    /// <param name="features">(N, D).</param>
    /// <param name="labels">int64 (N), each from 0 to C - 1.</param>
    /// <param name="classCount">C.</param>
    /// <param name="random">Where directions of absent classes are drawn from.</param>
    /// <exception cref="LiftPlusException">Shapes that do not fit, or a label outside the classes.</exception>
    public static Tensor Directions(Tensor features, Tensor labels, int classCount, Generator random)
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        LabeledFeatures.Check(features, labels, classCount);
        Tensor sums = zeros([classCount, features.shape[1]], float64, features.device);
        sums.index_add_(0, labels, features.to(float64), TensorMath.One); // a sum points where the mean does
        return LabeledFeatures.UnitOrRandom(sums, random).MoveToOuterDisposeScope();
    }
}
