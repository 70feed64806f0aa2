using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LiftPlus.Tests.DependencyInjection;

public sealed class ConfigurationBoundsTests
{
    [Theory]
    [InlineData(40)]
    [InlineData(100_000)]
    public void SectionsThatAreNestedTooDeepAreAnError(int levels)
    {
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { [$"F{string.Concat(Enumerable.Repeat(":a", levels))}"] = "1" })
            .Build();
        using ServiceProvider services = new ServiceCollection().AddLongTailFineTuner(configuration.GetSection("F")).BuildServiceProvider();
        string message = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<LongTailFineTuner>()).Message;
        Assert.Contains("nested deeper than 32 levels", message);
        Assert.InRange(message.Length, 20, 1000);
    }
}
