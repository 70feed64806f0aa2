using static TorchSharp.torch;

namespace LiftPlus.Sites;

/// <summary>
/// Represents an adapter that is affine in the input and output of a linear layer, so that it can be folded into that layer's weight and
/// bias (<see cref="Backbone.Merge"/>), which leaves the plain backbone. It can be folded only at the sites of a single linear layer:
/// Query, Key, Value, AttentionInput, AttentionOutput, Fc1 and Fc2.
/// </summary>
public interface IMergeableAdapter
{
    /// <summary>
    /// Folds the adapter into y = x Wᵀ + b: returns the weight (out, in) and bias (out) that give the adapter's output by themselves. All
    /// are float32 and on one device.
    /// </summary>
    (Tensor Weight, Tensor? Bias) Merge(Tensor weight, Tensor? bias);
}
