using Microsoft.Extensions.Options;

namespace LiftPlus.Samples.RetrainWorker;

/// <summary>Checks the ranges of the options when the host starts.</summary>
[OptionsValidator]
internal sealed partial class RetrainOptionsValidator : IValidateOptions<RetrainOptions>;
