using Microsoft.Extensions.Options;

namespace LiftPlus.DependencyInjection;

/// <summary>Ranges of the options around the recipe.</summary>
[OptionsValidator]
internal sealed partial class LongTailFineTunerOptionsValidator : IValidateOptions<LongTailFineTunerOptions>;
