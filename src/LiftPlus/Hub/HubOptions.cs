using System.ComponentModel.DataAnnotations;
using System.Text;
using LiftPlus.Validation;

namespace LiftPlus;

/// <summary>
/// Specifies where the Hugging Face hub is, which token is used, and where files are cached. The defaults are those of Hugging Face's own
/// programs.
/// </summary>
public sealed record HubOptions : IValidatableObject
{
    /// <summary>Gets the address of the hub or of a mirror, which may have a path.</summary>
    /// <value>The default value is https://huggingface.co.</value>
    public Uri Endpoint { get; init; } = new("https://huggingface.co");

    /// <summary>
    /// Gets the access token for repositories that require one. It is sent to <see cref="Endpoint"/> only, over https, and never to a host
    /// that it redirects to.
    /// </summary>
    /// <value>The default value is null: requests are anonymous.</value>
    public string? Token { get; init; }

    /// <summary>
    /// Gets the cache folder, in the layout that Hugging Face's programs share: <c>models--owner--name/{blobs,refs,snapshots}</c>.
    /// </summary>
    /// <value>The default value is <c>~/.cache/huggingface/hub</c>.</value>
    [NotBlank(ErrorMessage = "Give the path of a folder.")]
    public string CacheFolder { get; init; } = DefaultCache(_ => null);

    /// <summary>Gets whether only cached files are used and no network request is made.</summary>
    /// <value>The default value is false.</value>
    public bool Offline { get; init; }

    // For tests to shorten: the pause between attempts, the wait for the next bytes or the head of an answer, and how many breaks in a row
    // that bring nothing a download bears.
    internal TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    internal TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);

    internal int Breaks { get; init; } = 5;

    /// <summary>
    /// Creates options from environment variables, as Hugging Face's programs do: <c>HF_ENDPOINT</c>, <c>HF_TOKEN</c>, <c>HF_HUB_CACHE</c>
    /// or <c>HF_HOME</c> (or <c>XDG_CACHE_HOME</c>), <c>HF_HUB_OFFLINE</c>.
    /// </summary>
    /// <exception cref="LiftPlusException"><c>HF_ENDPOINT</c> is not an http or https address.</exception>
    public static HubOptions FromEnvironment() => From(Environment.GetEnvironmentVariable);

    internal static HubOptions From(Func<string, string?> variable)
    {
        string? Value(string name) => variable(name)?.Trim() is { Length: > 0 } value ? value : null;
        var options = new HubOptions
        {
            Token = Value("HF_TOKEN"),
            CacheFolder = DefaultCache(Value),
            Offline = Value("HF_HUB_OFFLINE")?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE",
        };
        if (Value("HF_ENDPOINT") is not string endpoint)
            return options;
        return Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? uri) && uri.Scheme is "https" or "http"
            ? options with
            {
                Endpoint = uri,
            }
            : throw new LiftPlusException($"HF_ENDPOINT is '{endpoint}'; give an address such as https://huggingface.co, or leave it out.");
    }

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (!Endpoint.IsAbsoluteUri || Endpoint.Scheme is not ("https" or "http"))
        {
            string message = $"the value is {Endpoint}. Give an address such as https://huggingface.co.";
            yield return new ValidationResult(message, [nameof(Endpoint)]);
        }
    }

    private static string DefaultCache(Func<string, string?> variable)
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string Expand(string path) => path == "~" || path.StartsWith("~/", StringComparison.Ordinal) ? home + path[1..] : path;
        return Expand(
            variable("HF_HUB_CACHE")
                ?? Path.Combine(
                    variable("HF_HOME") ?? Path.Combine(variable("XDG_CACHE_HOME") ?? Path.Combine(home, ".cache"), "huggingface"),
                    "hub"
                )
        );
    }

    // Records print their properties; the token must not get into a log that way.
    private bool PrintMembers(StringBuilder text)
    {
        text.Append($"Endpoint = {Endpoint}, Token = {(Token is null ? "none" : "***")}, CacheFolder = {CacheFolder}, Offline = {Offline}");
        return true;
    }
}
