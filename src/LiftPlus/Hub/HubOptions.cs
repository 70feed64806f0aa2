using System.ComponentModel.DataAnnotations;
using System.Text;
using LiftPlus.Validation;

namespace LiftPlus;

/// <summary>
/// Specifies the address of the Hugging Face hub, the access token, and the cache of its files. The defaults are those of Hugging Face's
/// own programs.
/// </summary>
public sealed record HubOptions : IValidatableObject
{
    /// <summary>Gets the hub's address. A mirror may have a path.</summary>
    /// <value>The default value is https://huggingface.co.</value>
    public Uri Endpoint { get; init; } = new("https://huggingface.co");

    /// <summary>
    /// Gets the access token for repositories that require one. It is sent to <see cref="Endpoint"/> only, encrypted, and never to the
    /// target of a redirect.
    /// </summary>
    /// <value>The default value is null: anonymous.</value>
    public string? Token { get; init; }

    /// <summary>
    /// Gets the folder of the cache, in the layout that Hugging Face's programs share: <c>models--owner--name/{blobs,refs,snapshots}</c>.
    /// </summary>
    /// <value>The default value is <c>~/.cache/huggingface/hub</c>.</value>
    [NotBlank(ErrorMessage = "Give the path of a folder.")]
    public string CacheFolder { get; init; } = DefaultCache(_ => null);

    /// <summary>Gets whether to use only cached files and make no network request.</summary>
    /// <value>The default value is false.</value>
    public bool Offline { get; init; }

    // Tests shorten these: the pause between attempts, the longest wait for the next bytes or the head of an answer, and how many
    // consecutive disconnects without progress a download tolerates.
    internal TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    internal TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    internal int MaxDisconnects { get; init; } = 5;

    /// <summary>
    /// Reads the settings from environment variables as Hugging Face's programs do: <c>HF_ENDPOINT</c>, <c>HF_TOKEN</c>,
    /// <c>HF_HUB_CACHE</c> or <c>HF_HOME</c> (or <c>XDG_CACHE_HOME</c>), <c>HF_HUB_OFFLINE</c>.
    /// </summary>
    /// <exception cref="LiftPlusException"><c>HF_ENDPOINT</c> is not an address.</exception>
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
            : throw new LiftPlusException($"HF_ENDPOINT is '{endpoint}'. Give an address such as https://huggingface.co, or unset it.");
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
