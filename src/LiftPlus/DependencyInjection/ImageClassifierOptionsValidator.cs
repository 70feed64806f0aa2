using Microsoft.Extensions.Options;

namespace LiftPlus.DependencyInjection;

/// <summary>Ranges of a served classifier's options.</summary>
[OptionsValidator]
internal sealed partial class ImageClassifierOptionsValidator : IValidateOptions<ImageClassifierOptions>;
