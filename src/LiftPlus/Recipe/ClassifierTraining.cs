namespace LiftPlus;

/// <summary>Specifies whether the classifier is trained together with the fine-tuning methods, or alone after them.</summary>
public enum ClassifierTraining
{
    /// <summary>The classifier and the methods are trained together.</summary>
    WithMethods,

    /// <summary>The methods keep the values of the initial model, and its classifier is trained further.</summary>
    Continued,

    /// <summary>
    /// The methods keep the values of the initial model, and the classifier is trained from new initial weights: classifier retraining
    /// (cRT, arXiv 1910.09217), with a class-balanced sampler as in the paper or with an adjusted loss.
    /// </summary>
    Restarted,
}
