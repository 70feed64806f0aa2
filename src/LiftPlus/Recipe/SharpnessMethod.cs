namespace LiftPlus;

/// <summary>Specifies how training looks for parameters around which the loss stays low.</summary>
public enum SharpnessMethod
{
    /// <summary>
    /// SAM (arXiv 2010.01412): the gradient is computed at w + ε, ε = ρ g / ‖g‖, where g is the gradient at w. A step passes through
    /// the model twice.
    /// </summary>
    Sam,

    /// <summary>
    /// ImbSAM (arXiv 2308.07815): images of rare classes are treated as in SAM, with ε from their gradient alone, and count twice, as in
    /// the authors' program; the others are as in ordinary training. A step passes through the model twice.
    /// </summary>
    ImbSam,

    /// <summary>
    /// Focal-SAM (arXiv 2505.01660): the share c_k = λ (1 - n_k / N)^γ of the loss of class k is treated as in SAM, and the rest as in
    /// ordinary training, so that rare classes are flattened more. A step passes through the model three times.
    /// </summary>
    FocalSam,

    /// <summary>
    /// GNM (arXiv 2410.21042): the gradient is computed at w + ρ · clip(n, -1, 1) · 0.5^⌊(e - 1) / T⌋ in epoch e, where n is drawn
    /// from a normal distribution with a standard deviation of 1/3. A step passes through the model once.
    /// </summary>
    GaussianNeighborhood,
}
