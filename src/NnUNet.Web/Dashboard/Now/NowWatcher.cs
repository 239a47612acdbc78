using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using NnUNet.Web.Frame;

namespace NnUNet.Web.Dashboard.Now;

/// <summary>Looks at the files once a second while somebody listens, and tells all listeners what has changed. Safe for several threads.</summary>
/// <param name="look">What there is now.</param>
/// <param name="pause">Between two looks.</param>
/// <param name="silence">The longest time in which a listener hears nothing.</param>
internal sealed class NowWatcher(Func<NowAnswer> look, TimeSpan pause, TimeSpan silence)
{
    /// <summary>States that a slow listener may lag behind; older ones are dropped, for each is complete.</summary>
    private const int Buffered = 4;

    private readonly Lock _gate = new();
    private readonly List<Channel<string>> _listeners = [];
    private bool _isWatching;
    private string _last = "";

    /// <summary>Whether the files are being looked at.</summary>
    public bool IsWatching
    {
        get
        {
            lock (_gate) return _isWatching;
        }
    }

    /// <summary>The state now as JSON, and from then on each that differs from the one before; an empty text where nothing has changed for long.</summary>
    /// <param name="cancel">Ends it.</param>
    public async IAsyncEnumerable<string> ListenAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        Channel<string> channel = Channel.CreateBounded<string>(new BoundedChannelOptions(Buffered) { FullMode = BoundedChannelFullMode.DropOldest });
        string first = Text();
        lock (_gate)
        {
            _listeners.Add(channel);
            if (!_isWatching)
            {
                (_isWatching, _last) = (true, first);
                _ = Task.Run(WatchAsync, CancellationToken.None);
            }
        }

        try
        {
            yield return first;
            while (true)
            {
                if (await IsThereAsync(channel.Reader, cancel).ConfigureAwait(false) && channel.Reader.TryRead(out string? state)) yield return state;
                else if (channel.Reader.Completion.IsCompleted) yield break;
                else yield return "";
            }
        }
        finally
        {
            lock (_gate) _listeners.Remove(channel);
        }
    }

    private async Task<bool> IsThereAsync(ChannelReader<string> reader, CancellationToken cancel)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        end.CancelAfter(silence);
        try
        {
            return await reader.WaitToReadAsync(end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Ends by itself once nobody listens.</summary>
    private async Task WatchAsync()
    {
        try
        {
            using PeriodicTimer timer = new(pause);
            while (await timer.WaitForNextTickAsync().ConfigureAwait(false))
            {
                lock (_gate)
                {
                    if (_listeners.Count == 0)
                    {
                        _isWatching = false;
                        return;
                    }
                }

                string now = Text();
                lock (_gate)
                {
                    if (now == _last) continue;
                    _last = now;
                    foreach (Channel<string> listener in _listeners) listener.Writer.TryWrite(now);
                }
            }
        }
        catch
        {
            // What nobody thought of: listeners hear of it and connect again, which begins anew.
            lock (_gate)
            {
                _isWatching = false;
                foreach (Channel<string> listener in _listeners) listener.Writer.TryComplete();
            }

            throw;
        }
    }

    private string Text()
    {
        try
        {
            return JsonSerializer.Serialize(look(), WebJson.Options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return _last; // a folder went away meanwhile: the next look will tell
        }
    }
}
