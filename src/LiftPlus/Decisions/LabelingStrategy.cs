namespace LiftPlus;

/// <summary>Specifies which images are worth labelling first.</summary>
public enum LabelingStrategy
{
    /// <summary>Images that the model is unsure about and that may be of classes with few images, counting those already chosen.</summary>
    TailWeighted,

    /// <summary>Images for which the probabilities of the two likeliest classes differ least.</summary>
    Margin,

    /// <summary>
    /// Images that leave no other one far from a chosen or labelled image: the farthest is chosen each time (k-centre greedy, arXiv
    /// 1708.00489).
    /// </summary>
    Coverage,
}
