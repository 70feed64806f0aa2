using Microsoft.Extensions.Options;

namespace LiftPlus.Samples.RetrainWorker;

/// <summary>Ranges, checked when the host starts.</summary>
[OptionsValidator]
internal sealed partial class RetrainOptionsValidator : IValidateOptions<RetrainOptions>;
