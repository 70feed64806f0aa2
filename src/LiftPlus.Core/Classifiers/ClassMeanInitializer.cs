using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Classifiers;

/// <summary>
/// Computes class directions from training images, for backbones without a text tower: the normalised mean feature of each class.
/// </summary>
internal static class ClassMeanInitializer
{
    /// <summary>
    /// Returns the unit vectors of the mean features of the classes, (C, D). A class without features gets a random unit direction.
    /// </summary>
    /// <param name="features">The features (N, D).</param>
    /// <param name="labels">The labels, int64 (N), each from 0 to C - 1.</param>
    /// <param name="classCount">The number of classes C.</param>
    /// <param name="random">The generator of the directions of classes without features.</param>
    /// <exception cref="LiftPlusException">The shapes do not match, or a label is out of range.</exception>
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
