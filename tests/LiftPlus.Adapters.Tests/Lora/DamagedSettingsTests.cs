using LiftPlus.TestSupport;

namespace LiftPlus.Adapters.Tests.Lora;

/// <summary>Settings of an adapter that no library writes: refused with their file.</summary>
public sealed class DamagedSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"peft_type":"LORA","r":1,"r":2,"lora_alpha":1}""", "r")]
    [InlineData("""{"peft_type":"\ud800","r":1,"lora_alpha":1}""", "half of a surrogate pair")]
    [InlineData("""{"peft_type":"LORA","r":1e999,"lora_alpha":1}""", "r is 1e999 instead of a number")]
    [InlineData("""{"peft_type":"LORA","r":null,"lora_alpha":[]}""", "r is missing instead of a number")]
    [InlineData("[]", "expected a JSON object")]
    [InlineData("null", "expected a JSON object")]
    public void TheyAreNamed(string settings, string expected) => Assert.Contains(expected, Refused(settings));

    [Fact]
    public void DeepNestingIsRefused() => Refused($$"""{"r":{{new string('[', 100_000)}}""");

    [Fact]
    public void ManyAndLongPatternsAreRefused()
    {
        string many = string.Join(',', Enumerable.Range(0, 10_001).Select(i => $"\"{i}\":1")),
            longest = $"\"{new string('x', 1_001)}\":1";
        foreach (string table in new[] { "rank_pattern", "alpha_pattern" })
        {
            foreach (string patterns in new[] { many, longest })
                Assert.Contains(
                    $"{table} has more than 10000 patterns",
                    Refused($$$"""{"peft_type":"LORA","r":1,"lora_alpha":1,"{{{table}}}":{ {{{patterns}}} }}""")
                );
        }
    }

    [Fact]
    public void ALargeFileIsRefused() =>
        Assert.Contains("more than the 4,194,304 bytes", Refused($$"""{"r":"{{new string('x', 5 << 20)}}"}"""));

    private string Refused(string settings)
    {
        string path = _folder.Write("adapter_config.json", settings);
        using Backbone backbone = SmallBackbone.Clip();
        string message = Assert.Throws<LiftPlusException>(() => HuggingFacePeft.Load(_folder.Path, backbone)).Message;
        Assert.InRange(message.Length, 20, 3000);
        Assert.Contains(_folder.Path, message);
        Assert.True(File.Exists(path));
        return message;
    }
}
